// Command tz carries its own zone database through the blank import.
package main

import (
	"fmt"
	"time"
	_ "time/tzdata"
)

func main() {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		fmt.Println("zone: error", err)
		return
	}
	fmt.Println("zone: ok", zone)
}
