// Package sshd serves the guided restore over SSH: to everyone who may log in
// on the backups of one folder, or to a room as a demonstration.
//
// Its rules:
//
//   - Everything is built for one session and ends with it: the engine and its
//     keys, the terminal, the page in the browser. Sessions share nothing.
//   - A session sees the backups' folder through an os.Root, and only reads.
//     Results go to the client, or to a folder of its own where there is an
//     outbox.
//   - The authenticator is at the client. A passkey is asked on a page that
//     the client forwards a port to inside its own connection; no port is
//     opened here, and no security key of this machine is touched.
//   - What is not named here is refused: other forwards, agents, X11,
//     subsystems, passwords, commands that are not documented.
//   - A client may be slow, silent or hostile. All it can hold up is itself.
//   - The log says who came, from where, for how long and how it ended, and
//     nothing of what was seen.
//
// It is built on wish, and is the only place that knows it.
package sshd
