// Command cgo calls C, so it needs CGO_ENABLED=1, a C compiler and, because
// the C is its own and not the standard library's, always the C linker.
package main

/*
static int answer(int x) { return x * 2; }
*/
import "C"

import "fmt"

func main() {
	fmt.Println("cgo:", C.answer(21))
}
