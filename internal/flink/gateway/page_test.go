package gateway

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestNextToken(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]uint64{
		"/v2/sessions/s/operations/o/result/7?rowFormat=JSON":        7,
		"/v1/sessions/s/operations/o/result/18446744073709551615":    math.MaxUint64,
		"http://elsewhere/v2/sessions/s/operations/o/result/3?x=1/2": 3,
	} {
		if token, err := nextToken(uri); err != nil || token != want {
			t.Errorf("nextToken(%q) = %d, %v, want %d", uri, token, err, want)
		}
	}
	for _, uri := range []string{"", "/result/-1", "/result/"} {
		if token, err := nextToken(uri); err == nil {
			t.Errorf("nextToken(%q) = %d, want an error", uri, token)
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add([]byte(`{"resultType":"PAYLOAD","isQueryResult":true,"jobID":"a","results":{"columns":[{"name":"a","logicalType":` +
		`{"type":"MAP","keyType":{"type":"CHAR","length":1},"valueType":{"type":"DECIMAL","precision":3,"scale":2}}}],` +
		`"data":[{"kind":"INSERT","fields":[{"k":1.5}]}]},"nextResultUri":"/v2/sessions/s/operations/o/result/1"}`))
	f.Add([]byte(`{"resultType":"EOS","results":{"columns":[{"name":"a","logicalType":{"type":"ROW","fields":[{"name":"x"}]}}],` +
		`"data":[{"kind":"DELETE","fields":[{"x":null}]}]}}`))
	f.Add([]byte(`{"resultType":"NOT_READY","nextResultUri":""}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var a answer
		if len(text) > 10<<10 || json.Unmarshal(text, &a) != nil {
			return
		}
		page, err := a.page()
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error has several lines: %q", err)
			}
			return
		}
		for _, c := range page.Columns {
			_ = c.Type.String()
		}
		for _, r := range page.Rows {
			_ = r.Kind.Short()
		}
		_, _ = nextToken(a.Next)
	})
}
