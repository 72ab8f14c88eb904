//go:build isal && cgo

package inflate

import "io"

// Name is the library that this build inflates with.
const Name = "igzip"

func newEngine(src io.Reader) engine { return newIgzip(src) }
