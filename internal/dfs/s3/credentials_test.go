package s3

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
)

func TestFromEnvironment(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "credentials")
	const text = "# mine\n[default]\naws_access_key_id = a\naws_secret_access_key=b\n\n[ other ]\naws_access_key_id=c\naws_secret_access_key = d=e\naws_session_token = f\n[half]\naws_access_key_id=g\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		env  map[string]string
		want Credentials
	}{
		{map[string]string{"AWS_SHARED_CREDENTIALS_FILE": file}, Credentials{AccessKey: "a", SecretKey: "b"}},
		{map[string]string{"AWS_SHARED_CREDENTIALS_FILE": file, "AWS_PROFILE": "other"}, Credentials{"c", "d=e", "f"}},
		{map[string]string{"AWS_SHARED_CREDENTIALS_FILE": file, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}, Credentials{AccessKey: "x", SecretKey: "y"}},
		{map[string]string{"AWS_SHARED_CREDENTIALS_FILE": file, "AWS_PROFILE": "half"}, Credentials{}},
		{map[string]string{"AWS_SHARED_CREDENTIALS_FILE": file + ".none"}, Credentials{}},
	} {
		got, err := FromEnvironment(func(name string) string { return test.env[name] })(t.Context())
		if test.want == (Credentials{}) {
			if fault.KindOf(err) != fault.Denied || fault.FixOf(err) == "" {
				t.Errorf("%v: %v", test.env, err)
			}
			continue
		}
		if err != nil || got != test.want {
			t.Errorf("%v: %+v, %v; want %+v", test.env, got, err, test.want)
		}
	}
}
