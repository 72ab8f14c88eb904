package run

import (
	"context"
	"runtime"
	"slices"

	"touchback/keys"
	"touchback/keys/browser"
	"touchback/restore/flow"
	"touchback/restore/inflate"
	"touchback/restore/pages"
)

// Report is what a person who helps needs to know of a machine. Nothing in it
// is secret, and nothing comes from a backup; names of security keys are
// hostile text.
type Report struct {
	System  string      `json:"system"`  // operating system and processor
	Inflate string      `json:"inflate"` // what inflates backups
	USB     bool        `json:"usb"`     // the program can speak to security keys
	Keys    []KeyReport `json:"keys"`
	KeysWhy flow.Why    `json:"keys_trouble,omitempty"` // why they can't be listed
	// Hidden is how many security keys there are that this person may not open.
	// Linux only.
	Hidden  int    `json:"hidden_devices"`
	Remote  bool   `json:"remote"`  // at the other end of an SSH connection
	Display bool   `json:"display"` // a browser can be opened here
	Temp    string `json:"temp"`    // folder of temporary files, "" for the system's
	TempOK  bool   `json:"temp_ok"`
}

// KeyReport is one security key.
type KeyReport struct {
	Path    string   `json:"path"`
	Product string   `json:"product"`
	Fit     bool     `json:"fit"`           // it can lock and open backups now
	Why     flow.Why `json:"why,omitempty"` // what stands in the way
	Detail  string   `json:"detail,omitempty"`
	Tries   int      `json:"tries"` // PIN tries left, -1 where not known
}

// Doctor looks at this machine. It asks nobody for a touch or a PIN, and sends
// none. finder is nil where the program can't speak to security keys; device
// is the path of a key to look at even where it is not listed, or "".
func Doctor(ctx context.Context, finder keys.Finder, device, temp string) Report {
	desk := browser.Here()
	r := Report{
		System: runtime.GOOS + "/" + runtime.GOARCH, Inflate: inflate.Name, USB: finder != nil,
		Keys: []KeyReport{}, Remote: desk.Remote(), Display: desk.Display(), Temp: temp,
	}
	if spool, err := pages.NewSpool(temp); err == nil {
		r.TempOK = true
		_ = spool.Close()
	}
	if finder == nil {
		r.KeysWhy = flow.NotSupported
		return r
	}
	devices, err := finder.List(ctx)
	if err != nil {
		r.KeysWhy = Explain(err).Why
	}
	if device != "" && !slices.ContainsFunc(devices, func(d keys.DeviceInfo) bool { return d.Path == device }) {
		devices = append(devices, keys.DeviceInfo{Path: device, Product: unlisted})
	}
	for _, d := range devices {
		r.Keys = append(r.Keys, examine(ctx, finder.Open(d.Path), d))
	}
	if len(r.Keys) == 0 {
		r.Hidden = closedKeys(hidrawClass, openable)
	}
	return r
}

// unlisted is what a security key is called that was named by its path.
const unlisted = "security key"

func examine(ctx context.Context, key keys.Authenticator, d keys.DeviceInfo) KeyReport {
	k := KeyReport{Path: d.Path, Product: d.Product, Tries: -1}
	info, err := key.Info(ctx)
	if err == nil {
		k.Tries = info.PINTries
		_, _, err = able(info)
	}
	if err != nil {
		f := Explain(err)
		k.Why, k.Detail = f.Why, f.Detail
		return k
	}
	k.Fit = true
	return k
}
