// Touchback restores end-to-end encrypted chat backups with a passkey.
package main

func main() {}
