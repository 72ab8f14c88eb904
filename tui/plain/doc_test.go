package plain

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"touchback/restore/flow"
)

// docs/json.md is what programs are written by: everything that can come, or
// be answered, stands in it.
func TestJSONIsDocumented(t *testing.T) {
	b, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(b)
	named := func(what, word string) {
		if !strings.Contains(doc, "`"+word+"`") && !strings.Contains(doc, `"`+word+`"`) {
			t.Errorf("%s %q is not in docs/json.md", what, word)
		}
	}
	for _, e := range []any{
		screenEvent{}, choiceOut{}, backupOut{}, methodOut{}, resultOut{}, waitingEvent{}, progressEvent{}, pageOut{}, wayOut{}, mergedOut{}, typoOut{}, chatEvent{}, errorEvent{}, outcomeEvent{},
	} {
		for i := range reflect.TypeOf(e).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(e).Field(i).Tag.Get("json"), ",")
			named("member", name)
		}
	}
	for _, w := range allWhys {
		named("why", string(w))
	}
	for _, s := range []flow.Screen{
		flow.Find, flow.Backup, flow.Method, flow.Connect, flow.Choose, flow.PIN, flow.NewPIN, flow.Touch, flow.Browser, flow.Password, flow.Key,
		flow.Verify, flow.Restore, flow.Save, flow.Done, flow.Trouble,
		flow.Home, flow.Ways, flow.Name, flow.NewPass, flow.Recipient, flow.KeepKey, flow.Summary, flow.Locked, flow.OneWay, flow.Remove,
	} {
		named("screen", string(s))
	}
	for _, v := range []verb{
		sayChoose, sayPIN, sayPassword, sayKey, sayName, sayRecipient, sayKept, sayPath, saySave, sayBack, sayAgain, sayOther, sayBrowser, sayOpen, sayQuit, sayTouch, sayPlug, sayUnplug,
	} {
		named("answer", string(v))
	}
	for _, e := range []*answerError{
		errNotJSON, errOneMember, errUnknown, errValue, errNoSense, errNoChoice, errFormat, errControl, errTooLong,
		errPINShort, errPINLong, errPINStray, errPINDiffer, errPassEmpty, errPassLong, errPassDiffer, errName, errKeptShort,
	} {
		named("error", e.code)
	}
	for _, a := range []flow.Act{flow.GoRestore, flow.GoLock, flow.GoKeys, flow.GoDemo, flow.AddKey, flow.AddWeb, flow.AddPass, flow.AddRecipient, flow.KeepIt, flow.WriteIt,
		flow.ToTest, flow.ToRename, flow.ToRemove, flow.RemoveIt, flow.LockAnew, flow.StayIn, flow.TryAgain, flow.UseBrowser, flow.UseKey, flow.MendKey, flow.ToNewPIN, flow.OtherBackup, flow.OtherName, flow.GoOn, flow.LeaveNow} {
		named("choice", strings.ReplaceAll(string(a), " ", "-"))
	}
	for _, o := range []flow.Outcome{flow.Finished, flow.Stopped, flow.Failure, flow.ToDemo} {
		named("outcome", string(o))
	}
}
