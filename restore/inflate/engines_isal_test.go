//go:build isal && cgo

package inflate

func init() { engines["igzip"] = newIgzip }
