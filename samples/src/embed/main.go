// Command embed carries another Go program in its read-only data: the compiler
// puts an embedded string there. The file payload.bin is laid beside this
// source by the build step and is never committed.
package main

import (
	_ "embed"
	"fmt"
)

//go:embed payload.bin
var payload string

func main() {
	fmt.Println("payload:", len(payload), "bytes")
}
