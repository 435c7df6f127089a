// Package lib is what replaced takes from a folder instead of its module.
package lib

// Answer is 42.
const Answer = 42
