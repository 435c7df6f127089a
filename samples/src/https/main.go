// Command https links Go's TLS and what it trusts. It asks a port of this
// machine that nobody listens on, so no packet leaves it.
package main

import (
	"fmt"
	"net/http"
)

func main() {
	_, err := http.Get("https://127.0.0.1:1/")
	fmt.Println("https:", err != nil)
}
