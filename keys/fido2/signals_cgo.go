//go:build cgo && (linux || darwin)

package fido2

/*
#include <pthread.h>
#include <signal.h>

static int block_all(void) {
	sigset_t all;
	sigfillset(&all);
	return pthread_sigmask(SIG_SETMASK, &all, NULL);
}
*/
import "C"

// blockSignals keeps every signal from the calling thread: libfido2 waits in
// ppoll and takes an interruption for a broken key. The helper's own process
// group keeps the terminal's signals away; what is left are those that
// someone sends on purpose and the ones Go's scheduler sends to its threads.
func blockSignals() { C.block_all() }
