package soft

// info is the response of authenticatorGetInfo (CTAP 2.1 §6.4).
type info struct {
	Versions     []string        `cbor:"1,keyasint"`
	Extensions   []string        `cbor:"2,keyasint"`
	AAGUID       []byte          `cbor:"3,keyasint"`
	Options      map[string]bool `cbor:"4,keyasint"`
	MaxMsgSize   int             `cbor:"5,keyasint"`
	PINProtocols []int           `cbor:"6,keyasint"`
	MaxCredCount int             `cbor:"7,keyasint"`
	MaxCredIDLen int             `cbor:"8,keyasint"`
	Transports   []string        `cbor:"9,keyasint"`
	Algorithms   []credParam     `cbor:"10,keyasint"`
	PINChange    bool            `cbor:"12,keyasint,omitempty"`
	MinPINLength int             `cbor:"13,keyasint"`
	Firmware     int             `cbor:"14,keyasint"`
	UVModality   int             `cbor:"18,keyasint,omitempty"`
}

const (
	extHMACSecret  = "hmac-secret"
	extCredProtect = "credProtect"

	// maxCredCount is how many credentials a platform should name in one
	// request; more are taken, as far as the message holds them.
	maxCredCount = 16
	firmware     = 1
)

func (k *Key) getInfo() []byte {
	i := info{
		Versions:   []string{"FIDO_2_0", "FIDO_2_1"},
		Extensions: []string{extCredProtect, extHMACSecret},
		AAGUID:     k.opts.AAGUID[:],
		Options: map[string]bool{
			"plat": false, "rk": true, "up": true,
			"clientPin":      len(k.state.PINHash) > 0,
			"pinUvAuthToken": true,
		},
		MaxMsgSize:   maxMessage,
		PINProtocols: k.opts.PINProtocols,
		MaxCredCount: maxCredCount,
		MaxCredIDLen: credentialIDSize,
		Transports:   []string{"usb"},
		Algorithms:   []credParam{{Type: publicKey, Alg: algES256}},
		PINChange:    k.wantsPINChange(),
		MinPINLength: minPINLength,
		Firmware:     firmware,
	}
	if k.opts.NoHMACSecret {
		i.Extensions = []string{extCredProtect}
	}
	if k.opts.Finger {
		i.Options["uv"], i.UVModality = true, modalityFinger
	}
	return k.codec.encode(i)
}
