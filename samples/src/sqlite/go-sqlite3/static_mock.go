//go:build !cgo

package sqlite3

import (
	"database/sql"
	"database/sql/driver"
	"errors"
)

var errorMsg = errors.New("Binary was compiled with 'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub")

func init() {
	sql.Register("sqlite3", &SQLiteDriver{})
}

// SQLiteDriver fails.
type SQLiteDriver struct{}

// Open says why.
func (SQLiteDriver) Open(s string) (driver.Conn, error) { return nil, errorMsg }
