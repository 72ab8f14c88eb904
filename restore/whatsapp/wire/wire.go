// Package wire holds the protobuf messages of WhatsApp backups: of headers,
// generated from prefix.proto, and of incremental backups, from history.proto.
// Package whatsapp reads and writes them; tests and fixtures may.
package wire

//go:generate protoc --go_out=. --go_opt=paths=source_relative prefix.proto history.proto
