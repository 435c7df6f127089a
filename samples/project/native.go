//go:build cgo

// What brings C into a program is often a file like this one, which no build without cgo sees.

package main

import "C"
