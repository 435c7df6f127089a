// Command modern says the newest Go in its go.mod, so that no old default is
// restored, and changes two itself: one there, one below.
//
//go:debug panicnil=1
package main

import (
	"fmt"
	"runtime"
)

func main() {
	fmt.Println("hello from", runtime.GOOS+"/"+runtime.GOARCH)
}
