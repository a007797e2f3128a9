//go:build !unix

package main

// privateFiles does nothing where files have no modes: the user's folder guards them.
func privateFiles() {}
