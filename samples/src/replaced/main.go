// Command replaced uses a module that its go.mod replaces by a folder.
package main

import (
	"fmt"

	"example.com/lib"
)

func main() {
	fmt.Println("answer:", lib.Answer)
}
