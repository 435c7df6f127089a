// Command export offers a function to a WebAssembly host: built with
// -buildmode=c-shared it is a reactor, which has _initialize in place of _start.
package main

//go:wasmexport twice
func twice(x int32) int32 { return 2 * x }

func main() {}
