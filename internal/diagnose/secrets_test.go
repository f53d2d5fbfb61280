package diagnose_test

import (
	"testing"

	"github.com/autostream/autostream/internal/diagnose"
)

func TestHideSecrets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"'password' = 'geheim', 'url' = 'x'":                                   "'password' = ******, 'url' = 'x'",
		"s3.secret-key: abc/def+1\ns3.endpoint: http://s3":                     "s3.secret-key: ******\ns3.endpoint: http://s3",
		`"security.ssl.keystore-password":"a b","x":1`:                         `"security.ssl.keystore-password":******,"x":1`,
		"jdbc:postgresql://ann:geheim@db:5432/shop":                            "jdbc:postgresql://ann:******@db:5432/shop",
		"sasl.jaas.config=Login required password=\"a\\b\";":                   "sasl.jaas.config=Login required password=******;",
		`{"line":"the \"password\":\"geheim\" is set"}`:                        `{"line":"the \"password\":****** is set"}`,
		"Authorization: Bearer abc.def, Accept: */*":                           "Authorization: Bearer ******, Accept: */*",
		`"authorization": "Basic YTpi"`:                                        `"authorization": "Basic ******"`,
		"-----BEGIN PRIVATE KEY-----\nMIIE\nvQ==\n-----END PRIVATE KEY-----\n": "-----BEGIN PRIVATE KEY-----******-----END PRIVATE KEY-----\n",
		"GET /x?token=abc&page=2":                                              "GET /x?token=******&page=2",
		"JsonToken at line 3, tokens are fine":                                 "JsonToken at line 3, tokens are fine",
		"java.lang.RuntimeException: no price for SKU 1":                       "java.lang.RuntimeException: no price for SKU 1",
		"at http://jobmanager:8081/jobs and http://a@b/":                       "at http://jobmanager:8081/jobs and http://a@b/",
	} {
		if got := diagnose.HideSecrets(text); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}
