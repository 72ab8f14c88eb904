package main

import (
	"errors"

	"github.com/rogpeppe/go-internal/testscript"
)

// answerPIN has no pseudo terminal here; no script comes to it, since security
// keys of software need one too.
func answerPIN(*testscript.TestScript, string, string, []string) (int, error) {
	return 0, errors.ErrUnsupported
}
