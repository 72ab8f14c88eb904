// Package inflate turns a zlib stream (RFC 1950) into the bytes it was made
// from, in bounded memory and as fast as this build can.
//
// Inflating is nine tenths of the work of a restore. With the build tag isal
// and cgo it is done by ISA-L's igzip, otherwise by klauspost/compress in Go;
// [Name] tells which. Both give the same bytes of whatever both take, which a
// differential test makes sure of. igzip also takes blocks whose set of codes
// is incomplete; their bytes are held to the Adler-32 like all others.
package inflate
