package flow

// one goes to one of the ways.
func (s State) one(i int) State {
	s = s.to(OneWay)
	s.Task, s.New = Opening, MethodInfo{}
	s.Way = i
	return s
}

// chosenWay returns the way that was chosen.
func (s State) chosenWay() MethodInfo {
	if s.Way < 0 || s.Way >= s.NWays {
		return MethodInfo{}
	}
	return s.Ways[s.Way]
}

func (s State) atOneWay(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		if o := s.Options(); s.Choice < len(o) {
			return s.take(o[s.Choice])
		}
	case Back:
		return s.ways(), nil
	}
	return s, nil
}

// ways goes back to the list, at the way one comes from.
func (s State) ways() State {
	way := s.Way
	s = s.hub()
	s.Choice = way
	return s
}

func (s State) atRemove(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		if o := s.Options(); s.Choice < len(o) && !s.Asking {
			return s.take(o[s.Choice])
		}
	case Back:
		s, stop := s.stop()
		return s.one(s.Way), []Effect{stop}
	}
	return s, nil
}

// takeWay follows a line of the screens of the ways.
func (s State) takeWay(o Option) (State, []Effect) {
	switch o.Act {
	case AddKey:
		return s.add(MethodInfo{Kind: ByPasskey, Web: true})
	case AddWeb:
		return s.add(MethodInfo{Kind: ByPasskey, Web: true, WebOnly: true})
	case AddPass:
		return s.add(MethodInfo{Kind: ByPassword})
	case AddRecipient:
		return s.add(MethodInfo{Kind: ByRecipient})
	case KeepIt:
		s, stop := s.to(KeepKey).stop()
		return s, []Effect{stop}
	case WriteIt:
		return s.to(Summary), nil
	case ShowWay:
		return s.one(o.Method), nil
	case ToTest:
		s.Task = Testing
		return s.ask()
	case ToRename:
		s = s.to(Name)
		s.Task = Renaming
	case ToRemove:
		return s.to(Remove), nil
	case StayIn:
		return s.one(s.Way), nil
	case LockAnew:
		s.Asking, s.Anew = true, false
		s.Attempt++
		return s, []Effect{ResealRing{s.Attempt}}
	case RemoveIt:
		s.Asking = true
		s.Attempt++
		return s, []Effect{RemoveWay{s.Attempt, s.chosenWay().ID}}
	}
	return s, nil
}

// lines are the lines of the screens of the ways.
func (s State) lines() []Option {
	var o []Option
	add := func(acts ...Act) {
		for _, a := range acts {
			o = append(o, Option{Act: a})
		}
	}
	switch s.Screen {
	case Home:
		add(GoRestore, GoLock, GoKeys, GoDemo, LeaveNow)
	case Ways:
		if s.Goal == Managing {
			for i := range s.NWays {
				o = append(o, Option{Act: ShowWay, Method: i})
			}
		} else if s.Enough() {
			add(WriteIt)
		}
		add(AddKey, AddWeb, AddPass, AddRecipient)
		switch {
		case s.Goal == Managing:
			add(LockAnew, LeaveNow)
		case !s.Kept:
			add(KeepIt)
		}
	case OneWay:
		if s.chosenWay().Kind != ByRecipient {
			add(ToTest)
		}
		add(ToRename)
		if s.NWays > 1 {
			add(ToRemove)
		}
		add(GoOn)
	case Remove:
		add(StayIn, RemoveIt)
	}
	return o
}

// atHome answers what the person would like to do.
func (s State) atHome(e Event) (State, []Effect) {
	switch e.(type) {
	case Enter:
		if o := s.Options(); s.Choice < len(o) {
			return s.take(o[s.Choice])
		}
	case Back:
		return s.leave()
	}
	return s, nil
}

// begin looks for a backup to do something with.
func (s State) begin(g Goal) (State, []Effect) {
	s.Goal = g
	return s.look()
}
