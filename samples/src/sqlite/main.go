// Command sqlite opens a database through a driver that needs cgo. Built
// without cgo it links the driver's stub, and says what the stub answers.
package main

import (
	"database/sql"
	"fmt"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	db, err := sql.Open("sqlite3", ":memory:")
	if err == nil {
		err = db.Ping()
	}
	if err != nil {
		fmt.Println("sqlite: error", err)
		return
	}
	fmt.Println("sqlite: ok")
}
