// Command demo is what samples/release ships: as little as a Go program can be.
package main

var version = "devel"

func main() {
	println("demo", version, "report bugs to support@example.com")
}
