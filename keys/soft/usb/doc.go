// Package usb lists software keys as USB devices, so that programs find them
// the way they find real ones, through udev, and see them come and go.
//
// It needs umockdev, which shows a made-up /sys and /dev to programs that are
// started with its library preloaded. Only code that goes through the C
// library sees them: libfido2 does, Go's os package does not. Linux only, and
// for tests only.
package usb
