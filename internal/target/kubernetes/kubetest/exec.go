package kubetest

import (
	"encoding/binary"
	"io"
	"net/http"
)

// The channels of a command in a pod.
const (
	output = "\x01"
	ending = "\x03" // how it ended
)

// Refused has the kubelet refuse to start commands in pods, for this reason.
func Refused(why string) http.HandlerFunc {
	return messages(ending + `{"status":"Failure","message":"` + why + `"}`)
}

// Prints has every command in a pod print this and succeed.
func Prints(text string) http.HandlerFunc {
	return messages(output+text, ending+`{"status":"Success"}`)
}

func messages(all ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return // the test sees that nothing answers
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
		for _, content := range all {
			_, _ = conn.Write(append(binary.BigEndian.AppendUint16([]byte{0x82, 126}, uint16(len(content))), content...))
		}
		_, _ = io.Copy(io.Discard, conn)
	}
}

// Forbidden refuses as the API server does when a right is missing.
func Forbidden(message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusForbidden, "Forbidden", message) }
}
