//go:build unix

package main

import "syscall"

// privateFiles makes every file perla creates readable by its owner alone.
func privateFiles() { syscall.Umask(0o077) }
