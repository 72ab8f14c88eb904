package flow

// The screens on which a person proves who they are.

func (s State) atConnect(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		if s.Screen == Choose && s.Choice < s.NDevices {
			return s.read(s.Devices[s.Choice])
		}
	case Again:
		return s.connect()
	case InBrowser:
		if s.Chosen().Web {
			return s.browse()
		}
	case OtherWay, Back:
		return s.methods()
	}
	return s, nil
}

func (s State) atSecret(e Event) (State, []Effect) {
	switch e := e.(type) {
	case PathTyped:
		if s.Screen != Key || s.Asking || e.Path == "" {
			return s, nil
		}
		s, effects := s.unlock(Key)
		s.Asking = true
		effects[0] = Unlock{Attempt: s.Attempt, Kind: ByKey, File: e.Path}
		return s, effects
	case SecretTyped:
		if s.Screen == PIN {
			return s.unlock(Touch)
		}
		if s.Asking {
			return s, nil // one is being tried already
		}
		s, effects := s.unlock(s.Screen)
		s.Asking = true
		return s, effects
	case OtherWay, Back:
		return s.methods()
	}
	return s, nil
}

func (s State) atNewPIN(e Event) (State, []Effect) {
	switch e.(type) {
	case SecretTyped:
		if s.Asking {
			return s, nil
		}
		s.Asking = true
		s.Attempt++
		return s, []Effect{SetPIN{s.Attempt, s.Device.Path}}
	case OtherWay, Back:
		return s.methods()
	}
	return s, nil
}

func (s State) atTouch(e Event) (State, []Effect) {
	switch e.(type) {
	case Again:
		// The PIN was spent on the ceremony that ends here: the key is read
		// anew, and asks for it anew.
		return s.read(s.Device)
	case OtherWay, Back:
		return s.methods()
	}
	return s, nil
}

func (s State) atBrowser(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		if s.Asking && s.Page.Display {
			return s, []Effect{ShowPage{s.Attempt}}
		}
	case Again:
		return s.browse()
	case OtherWay, Back:
		return s.methods()
	}
	return s, nil
}
