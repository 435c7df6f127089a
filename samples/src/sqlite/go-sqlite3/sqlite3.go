//go:build cgo

// Package sqlite3 stands in for github.com/mattn/go-sqlite3: it has that
// module's path, file names and error text, and no database.
package sqlite3

// static int version(void) { return 3; }
import "C"

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
)

func init() {
	sql.Register("sqlite3", &SQLiteDriver{})
}

// SQLiteDriver opens connections that do nothing.
type SQLiteDriver struct{}

// Open asks C for the version.
func (d *SQLiteDriver) Open(dsn string) (driver.Conn, error) {
	if v := C.version(); v != 3 {
		return nil, fmt.Errorf("version %d", v)
	}
	return conn{}, nil
}

type conn struct{}

func (conn) Prepare(string) (driver.Stmt, error) { return nil, driver.ErrSkip }
func (conn) Close() error                        { return nil }
func (conn) Begin() (driver.Tx, error)           { return nil, driver.ErrSkip }
