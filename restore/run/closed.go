package run

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
)

// hidrawClass is where Linux lists its raw HID devices (sysfs-class-hidraw).
const hidrawClass = "/sys/class/hidraw"

// fidoPage is how the report descriptor of a security key begins its usage
// page, 0xf1d0 (CTAP 2.1 §11.2.8.2; HID 1.11 §6.2.2.7 for the item).
var fidoPage = []byte{0x06, 0xd0, 0xf1}

// closedKeys counts the security keys in a folder of devices that can't be
// opened. libfido2 does not list those: it opens each device to see what it is.
// What a device says of itself can be read by everybody.
func closedKeys(class string, openable func(path string) bool) int {
	if runtime.GOOS != "linux" {
		return 0
	}
	n := 0
	devices, _ := filepath.Glob(filepath.Join(class, "hidraw*")) // the pattern is a constant
	for _, d := range devices {
		says, err := os.ReadFile(filepath.Join(d, "device", "report_descriptor"))
		if err == nil && bytes.Contains(says, fidoPage) && !openable(filepath.Join("/dev", filepath.Base(d))) {
			n++
		}
	}
	return n
}

// closed counts the security keys that this person may not open.
func (r *Runner) closed() int {
	if r.cfg.Closed != nil {
		return r.cfg.Closed()
	}
	return closedKeys(hidrawClass, openable)
}
