package usb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"touchback/keys/soft"
)

// reportDescriptor is the FIDO one of CTAP 2.1 §11.2.8.1: usage page 0xF1D0,
// usage 1, 64 bytes in and out. libfido2 knows a security key by it.
const reportDescriptor = "06D0F10901A1010920150026FF007508954081020921150026FF00750895409102C0"

// Vendor and product numbers, as in USB descriptors: 0x1209 is pid.codes, and
// its product 0x0001 is meant for tests.
const (
	vendorID  = 0x1209
	productID = 0x0001
)

// usbPath, hidPath and sysPath are the three devices that make up key i: what
// is plugged in, its HID interface, and the node to open.
func usbPath(i int) string { return fmt.Sprintf("/devices/usb1/1-%d", i+1) }

func hidPath(i int) string {
	return fmt.Sprintf("%s/1-%d:1.0/0003:%04X:%04X.%04X", usbPath(i), i+1, vendorID, productID, i+1)
}

func sysPath(i int) string { return fmt.Sprintf("%s/hidraw/hidraw%d", hidPath(i), i) }

// describe writes the files that make umockdev-run show n keys, and returns
// the arguments that name them.
func describe(folder string, n int) ([]string, error) {
	var args []string
	write := func(name, text string) (string, error) {
		path := filepath.Join(folder, name)
		return path, os.WriteFile(path, []byte(text), 0o600)
	}
	for i := range n {
		device, err := write(fmt.Sprintf("hidraw%d.umockdev", i), deviceFile(i))
		if err != nil {
			return nil, err
		}
		ioctls, err := write(fmt.Sprintf("hidraw%d.ioctl", i), ioctlFile(i))
		if err != nil {
			return nil, err
		}
		args = append(args, "-d", device, "-i", fmt.Sprintf("/dev/hidraw%d=%s", i, ioctls))
	}
	return args, nil
}

// deviceFile describes one key in umockdev's format: P the path below /sys, N
// the node below /dev, E a property, A an attribute.
func deviceFile(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "P: %s\nN: hidraw%d\nE: DEVNAME=/dev/hidraw%d\nE: SUBSYSTEM=hidraw\nE: MAJOR=240\nE: MINOR=%d\nA: dev=240:%d\\n\n\n",
		sysPath(i), i, i, i, i)
	fmt.Fprintf(&b, "P: %s\nE: SUBSYSTEM=hid\nE: DRIVER=hid-generic\nE: HID_ID=0003:%08X:%08X\nE: HID_NAME=%s %s\n\n",
		hidPath(i), vendorID, productID, soft.Vendor, soft.Product)
	fmt.Fprintf(&b, "P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: PRODUCT=%x/%x/1\n"+
		"A: manufacturer=%s\\n\nA: product=%s\\n\nA: idVendor=%04x\\n\nA: idProduct=%04x\\n\n",
		usbPath(i), vendorID, productID, soft.Vendor, soft.Product, vendorID, productID)
	return b.String()
}

// ioctlFile answers HIDIOCGRDESCSIZE (a 32-bit number, here little-endian) and
// HIDIOCGRDESC (that number, then 4096 bytes).
func ioctlFile(i int) string {
	size := fmt.Sprintf("%02X000000", len(reportDescriptor)/2)
	padding := strings.Repeat("00", 4096-len(reportDescriptor)/2)
	return fmt.Sprintf("@DEV /dev/hidraw%d\nHIDIOCGRDESCSIZE 0 %s\nHIDIOCGRDESC 0 %s%s%s\n",
		i, size, size, reportDescriptor, padding)
}
