"""A PE file with two Authenticode signatures, the second nested in the first.

Made once, of what tests.build.pe.program() builds, with the key of a certificate that signed itself:
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key -out ec.pem -days 30 \\
    -subj "/CN=EC Signer" -addext extendedKeyUsage=codeSigning
osslsigncode sign -certs ec.pem -key ec.key -h sha1 -in program.exe -out once.exe
osslsigncode sign -certs ec.pem -key ec.key -h sha256 -nest -in once.exe -out twice.exe
"""

import base64
import struct

from tests.build.pe import SECURITY, program

SIGNER = "CN=EC Signer"
TABLE = base64.b64decode("""
4AYAAAACAgAwggbRBgkqhkiG9w0BBwKgggbCMIIGvgIBATELMAkGBSsOAwIaBQAwaQYKKwYBBAGCNwIBBKBbMFkwNAYKKwYBBAGCNwIBDzAmAw
IHgKAgoh6AHAA8ADwAPABPAGIAcwBvAGwAZQB0AGUAPgA+AD4wITAJBgUrDgMCGgUABBRXctx13k3bsjJJTCfAfnpaxjY2mKCCAZUwggGRMIIB
OKADAgECAhRIFEtGNpe1UgCn+EnTB69NnqrStjAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlFQyBTaWduZXIwHhcNMjYxMTIzMDMzODQ1WhcNMj
YxMjIzMDMzODQ1WjAUMRIwEAYDVQQDDAlFQyBTaWduZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQqIaPgtcS1tH6W7Ojm7RB6/oO7bUUS
KCPdY5SpFc+/uGN86UN6ToUiPD045WtShQdfxHroiXRvsIIqeq2B/sNDo2gwZjAdBgNVHQ4EFgQULdrumMzcs50E7o6YM5ZazjK/+O4wHwYDVR
0jBBgwFoAULdrumMzcs50E7o6YM5ZazjK/+O4wDwYDVR0TAQH/BAUwAwEB/zATBgNVHSUEDDAKBggrBgEFBQcDAzAKBggqhkjOPQQDAgNHADBE
AiA5ENz7wQu6b8mddsrjrHzS+KsKLxJEY24S02GdBU+PXwIgOiDAbmyYEOF8oJEn+lWX6gfHfktMo8Gd2/riS0DW/7kxggSmMIIEogIBATAsMB
QxEjAQBgNVBAMMCUVDIFNpZ25lcgIUSBRLRjaXtVIAp/hJ0wevTZ6q0rYwCQYFKw4DAhoFAKB8MBkGCSqGSIb3DQEJAzEMBgorBgEEAYI3AgEE
MBwGCSqGSIb3DQEJBTEPFw0yNjExMjMwMzQzMzRaMBwGCisGAQQBgjcCAQsxDjAMBgorBgEEAYI3AgEVMCMGCSqGSIb3DQEJBDEWBBTEExdUJq
dazzi62Tf1SSlB/2qhizAJBgcqhkjOPQQBBEgwRgIhAKK5w2nBNyWKDkvA3MuvK84TzBNy9r/eH4Hz6OZOy4c2AiEAsYFD0F8LVzdvwxhdDxVp
katqkUqmuzoGslpABtZbHh6hggOPMIIDiwYKKwYBBAGCNwIEATGCA3swggN3BgkqhkiG9w0BBwKgggNoMIIDZAIBATEPMA0GCWCGSAFlAwQCAQ
UAMHkGCisGAQQBgjcCAQSgazBpMDQGCisGAQQBgjcCAQ8wJgMCB4CgIKIegBwAPAA8ADwATwBiAHMAbwBsAGUAdABlAD4APgA+MDEwDQYJYIZI
AWUDBAIBBQAEIArYaDAUJHkLa2Vu7x86SypyuGW5yItuYycQcGWnPQ0joIIBlTCCAZEwggE4oAMCAQICFEgUS0Y2l7VSAKf4SdMHr02eqtK2MA
oGCCqGSM49BAMCMBQxEjAQBgNVBAMMCUVDIFNpZ25lcjAeFw0yNjExMjMwMzM4NDVaFw0yNjEyMjMwMzM4NDVaMBQxEjAQBgNVBAMMCUVDIFNp
Z25lcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCoho+C1xLW0fpbs6ObtEHr+g7ttRRIoI91jlKkVz7+4Y3zpQ3pOhSI8PTjla1KFB1/Eeu
iJdG+wgip6rYH+w0OjaDBmMB0GA1UdDgQWBBQt2u6YzNyznQTujpgzllrOMr/47jAfBgNVHSMEGDAWgBQt2u6YzNyznQTujpgzllrOMr/47jAP
BgNVHRMBAf8EBTADAQH/MBMGA1UdJQQMMAoGCCsGAQUFBwMDMAoGCCqGSM49BAMCA0cAMEQCIDkQ3PvBC7pvyZ12yuOsfNL4qwovEkRjbhLTYZ
0FT49fAiA6IMBubJgQ4XygkSf6VZfqB8d+S0yjwZ3b+uJLQNb/uTGCATgwggE0AgEBMCwwFDESMBAGA1UEAwwJRUMgU2lnbmVyAhRIFEtGNpe1
UgCn+EnTB69NnqrStjANBglghkgBZQMEAgEFAKCBmzARBgoqhkiG9w0BCRkEMQMCAQEwGQYJKoZIhvcNAQkDMQwGCisGAQQBgjcCAQQwHAYJKo
ZIhvcNAQkFMQ8XDTI2MTEyMzAzNDMzNFowHAYKKwYBBAGCNwIBCzEOMAwGCisGAQQBgjcCARUwLwYJKoZIhvcNAQkEMSIEIJ7mqHHkQ3VJAbMr
g/8XtIHrd10cD+Bar7iJMzFcKUjBMAoGCCqGSM49BAMCBEgwRgIhALk9yUHMPNGUGV/JRo3FRttOxL4dClOz9cJonnHDT9YYAiEAxN2TD4IoWH
WPbPqWKMhhzhlHAGUKrup7g0ByFkVZI5MAAAA=
""")
"""The attribute certificate table of twice.exe: one WIN_CERTIFICATE."""


def signed(table: bytes = TABLE) -> bytes:
    """The program with this certificate table behind it."""
    pe = program()
    plain = pe.build()
    pe.directories[SECURITY] = (len(plain), len(table))
    return pe.build() + table


def certificate(pkcs7: bytes, kind: int = 2) -> bytes:
    """A WIN_CERTIFICATE, padded to a multiple of eight."""
    head = struct.pack("<IHH", 8 + len(pkcs7), 0x200, kind)
    return (head + pkcs7).ljust(-(-(8 + len(pkcs7)) // 8) * 8, b"\0")
