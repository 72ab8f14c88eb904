package words

// What doctor says: what there is, and what to do about it.
const (
	DoctorOK      = "ok"
	DoctorTodo    = "to do"
	DoctorProgram = "program"
	DoctorKeys    = "keys"
	DoctorKey     = "key"
	DoctorTemp    = "temporary"
	DoctorBrowser = "browser"

	DoctorVersion   = "touchback %s on %s, backups inflated by %s"
	DoctorSlow      = "backups open faster with Intel's ISA-L: install libisal and build again with make"
	DoctorNoUSB     = "this program was built without libfido2 and can't speak to security keys"
	DoctorBuild     = "install libfido2 and build it again with make. Passwords, 64-digit keys and passkeys in the browser work as it is"
	DoctorNone      = "no security key is plugged in"
	DoctorPlug      = "plug one in and run this again"
	DoctorHidden    = "%s plugged in that you may not open"
	DoctorRule      = `let the person at the desk open security keys: write this line to /etc/udev/rules.d/70-security-keys.rules, run "udevadm control --reload" as administrator, and plug the key in again:`
	DoctorUdev      = `KERNEL=="hidraw*", SUBSYSTEM=="hidraw", ENV{ID_FIDO_TOKEN}=="1", TAG+="uaccess"`
	DoctorRemoteUSB = "you are connected by SSH: a key in your own machine is reached through the browser, not from here"
	DoctorFit       = "%s at %s: ready, %s"
	DoctorFitUV     = "%s at %s: ready"
	DoctorUnfit     = "%s at %s: %s"
	DoctorTempOK    = "temporary files can be made; they are encrypted and have no name"
	DoctorTempBad   = "no temporary file can be made"
	DoctorTempDo    = "free some space, or set TMPDIR to a folder that you may write to"
	DoctorDisplay   = "a page can be opened here for passkeys in the browser"
	DoctorRemote    = "you are connected by SSH: the page for a passkey opens in your own browser, by the ssh line that is shown then"
	DoctorNoDisplay = "there is no display here: the address of the page for a passkey is shown, to be opened by hand"
)
