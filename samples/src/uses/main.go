// Command uses links everything whose behaviour depends on how and where a Go
// program was built: the resolver, the user lookup, the zone database and
// exec.LookPath. It prints one line for each, "NAME: ok VALUE" or
// "NAME: error REASON", sends no packet and always exits 0, so that what a
// binary's bytes promise can be compared with what the binary does.
package main

import (
	"fmt"
	"net"
	"os/exec"
	"os/user"
	"time"
)

func report(name string, value any, err error) {
	if err != nil {
		fmt.Printf("%s: error %v\n", name, err)
		return
	}
	fmt.Printf("%s: ok %v\n", name, value)
}

func main() {
	name := ""
	current, err := user.Current()
	if err == nil {
		name = current.Username
	}
	report("user", name, err)

	zone, err := time.LoadLocation("Asia/Shanghai")
	report("zone", zone, err)

	shell, err := exec.LookPath("sh")
	report("lookpath", shell, err)

	// A literal address keeps the whole resolver linked and asks nobody; a port
	// name is answered by libc in a cgo build and by Go's own table otherwise.
	addresses, err := net.LookupHost("127.0.0.1")
	if err != nil {
		report("net", nil, err)
		return
	}
	port, err := net.LookupPort("tcp", "https")
	report("net", fmt.Sprintf("%s:%d", addresses[0], port), err)
}
