// SCRAM (RFC 5802), by which a client and a broker show each other that they know a password without saying it.

package kafka

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"hash"
	"strconv"
	"strings"
)

// scramHash is the hash of a mechanism, if it is one of SCRAM.
func scramHash(mechanism string) (func() hash.Hash, bool) {
	switch mechanism {
	case "SCRAM-SHA-256":
		return sha256.New, true
	case "SCRAM-SHA-512":
		return sha512.New, true
	}
	return nil, false
}

// mostRounds keeps a peer from having us compute for ever; Kafka's own default is 4096.
const mostRounds = 1 << 20

// converse signs in; say sends a message and returns the answer.
func converse(h func() hash.Hash, name, password string, say func(string) (string, error)) error {
	nonce := rand.Text()
	first := "n=" + strings.NewReplacer("=", "=3D", ",", "=2C").Replace(name) + ",r=" + nonce
	challenge, err := say("n,," + first)
	if err != nil {
		return err
	}
	salt, bad := base64.StdEncoding.DecodeString(attribute(challenge, "s"))
	rounds, odd := strconv.Atoi(attribute(challenge, "i"))
	both := attribute(challenge, "r")
	if errors.Join(bad, odd) != nil || rounds < 1 || rounds > mostRounds || !strings.HasPrefix(both, nonce) {
		return errors.New("the broker does not keep to SCRAM")
	}
	salted, err := pbkdf2.Key(h, password, salt, rounds, h().Size())
	if err != nil {
		return err
	}
	last := "c=biws,r=" + both // base64 of "n,,"
	message := first + "," + challenge + "," + last
	client := sum(h, salted, "Client Key")
	digest := h()
	digest.Write(client)
	proof := make([]byte, len(client))
	subtle.XORBytes(proof, client, sum(h, digest.Sum(nil), message))
	verdict, err := say(last + ",p=" + base64.StdEncoding.EncodeToString(proof))
	if err != nil {
		return err
	}
	shown, err := base64.StdEncoding.DecodeString(attribute(verdict, "v"))
	if err != nil || !hmac.Equal(shown, sum(h, sum(h, salted, "Server Key"), message)) {
		return errors.New("the broker does not know the password either")
	}
	return nil
}

func sum(h func() hash.Hash, key []byte, text string) []byte {
	mac := hmac.New(h, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// attribute is a value of a message, "r=…,s=…,i=…".
func attribute(message, name string) string {
	for part := range strings.SplitSeq(message, ",") {
		if value, ok := strings.CutPrefix(part, name+"="); ok {
			return value
		}
	}
	return ""
}
