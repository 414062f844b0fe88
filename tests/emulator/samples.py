"""Keys and resources that several tests need; the fingerprint was computed with openssl, not by our code."""

# openssl ecparam -name secp384r1 -genkey -noout | openssl ec -pubout
P384 = """-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEA1drKEnbaPsCmZBXt20fQfmTh94x7/IN
BNH30/XPlfWX0fTYD+ifT/JmbxJLQoZI9BBwQcbUXY+V+ni1F8I/nlBKoLvniIa5
crtjPUmh6joCdBuK8KjBwwKO0Ii95vG6
-----END PUBLIC KEY-----
"""

OTHER_P384 = """-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE4wxSuubLskNzs05swEu7gGBZGRjlWW1Z
jvH1eW1sP3QX9FWeOV4eSr4db1IRHKswKXUW/kN55oiiOO7hSuKXKUWNm8bKNwh2
JnV1QRrJ5kUzyAZ+gwEU3UsWWKh8caUw
-----END PUBLIC KEY-----
"""

# openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout
P256 = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6OTPOkQZaivC8V8tdKX+vMK50k3/
KWCmyB0UyIGKf6Bg6SPxqcpSpPM7Y4yLNa29AHw9xNGVfhfhb21CcRad+A==
-----END PUBLIC KEY-----
"""

# openssl pkey -pubin -outform DER | md5sum, with colons
P384_FINGERPRINT = "71:63:ae:36:2b:1d:68:91:42:76:7e:28:7c:ae:8b:16"
