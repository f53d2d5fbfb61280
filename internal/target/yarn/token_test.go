package yarn

import (
	"reflect"
	"strings"
	"testing"
)

func TestToken(t *testing.T) {
	t.Parallel()
	for _, want := range []token{
		{[]byte("id"), []byte("password"), "WEBHDFS delegation", "127.0.0.1:9870"},
		{[]byte(strings.Repeat("i", 200)), []byte(strings.Repeat("p", 70_000)), "k", ""},
		{[]byte{}, []byte{}, "", ""},
	} {
		got, err := parseToken(want.String())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v became %+v, %v", want, got, err)
		}
	}
	for _, text := range []string{"", "!", "fw", "j_______"} {
		if got, err := parseToken(text); err == nil {
			t.Errorf("parseToken(%q) = %+v", text, got)
		}
	}
}

func FuzzToken(f *testing.F) {
	f.Add(token{[]byte("id"), []byte("password"), "kind", "service"}.String())
	f.Fuzz(func(t *testing.T, text string) {
		k, err := parseToken(text)
		if err != nil {
			return
		}
		again, err := parseToken(k.String())
		if err != nil || !reflect.DeepEqual(again, k) {
			t.Errorf("%+v became %+v, %v", k, again, err)
		}
	})
}
