// Command embedbytes carries another Go program in its writable data: the
// compiler puts an embedded byte slice there, beside the program's own build
// information. The file payload.bin is laid beside this source by the build
// step and is never committed.
package main

import (
	_ "embed"
	"fmt"
)

//go:embed payload.bin
var payload []byte

func main() {
	fmt.Println("payload:", len(payload), "bytes")
}
