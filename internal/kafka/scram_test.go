package kafka

import "testing"

// FuzzConverse has a broker answer anything: nobody is signed in by it.
func FuzzConverse(f *testing.F) {
	f.Add("r=x,s=QSXCR+Q6sek8bf92,i=4096", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")
	f.Add("", "")
	f.Add("r=,s=,i=-1", "e=other-error")
	f.Fuzz(func(t *testing.T, challenge, verdict string) {
		hash, _ := scramHash("SCRAM-SHA-256")
		answers := []string{challenge, verdict}
		err := converse(hash, "ann", "secret", func(string) (string, error) {
			answer := answers[0]
			answers = answers[1:]
			return answer, nil
		})
		if err == nil {
			t.Errorf("%q and %q are believed", challenge, verdict)
		}
	})
}
