package main

import (
	"os"
	"runtime"

	"touchback/keys"
	"touchback/keys/fido2"
	"touchback/keys/harden"
	"touchback/restore/export"
)

// What starts the program as a process of its own.
const (
	helperArg = "__fido2" // speaks to security keys
	sweepArg  = "__sweep" // takes away what a killed program left
)

// apart does what the program does in a process of its own, and tells whether
// it was started for that.
func apart() bool {
	if len(os.Args) != 2 {
		return false
	}
	switch os.Args[1] {
	case helperArg:
		os.Exit(fido2.Main(os.Stdin, os.Stdout))
	case sweepArg:
		harden.Process()
		_ = export.Sweep(os.Stdin) // nobody is there to be told
		return true
	}
	return false
}

// finder reaches the security keys, through a process of their own.
func finder() keys.Finder {
	path, err := self()
	if err != nil || !fido2.Available() {
		return nil
	}
	return fido2.New(path, helperArg)
}

// sweeper takes away what is left of an output where the program is killed,
// through a process of its own.
func sweeper() *export.Sweeper {
	path, err := self()
	if err != nil {
		return nil
	}
	return export.NewSweeper(path, sweepArg)
}

// self is where the program is started from again.
func self() (string, error) {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe", nil // holds even where the file was replaced
	}
	return os.Executable()
}
