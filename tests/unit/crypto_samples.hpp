// SPDX-License-Identifier: LGPL-2.1-or-later
// Octets of signed and encrypted mail for tests. Their keys belong to nobody.
#pragma once

#include <string>
#include <string_view>

namespace columbarium::test {

// The octets that hexadecimal digits stand for; blanks between them are passed over.
inline std::string octets(std::string_view digits) {
    std::string result;
    std::string pair;
    for (const char digit : digits) {
        if (digit == ' ')
            continue;
        pair += digit;
        if (pair.size() == 2) {
            result += static_cast<char>(std::stoi(pair, nullptr, 16));
            pair.clear();
        }
    }
    return result;
}

// The certificate that tests/mail/smime-encrypted.eml is encrypted to: CN=Support Team, serial number 1A2B.
inline constexpr std::string_view team_certificate = R"(-----BEGIN CERTIFICATE-----
MIIDNzCCAh+gAwIBAgICGiswDQYJKoZIhvcNAQELBQAwMzEaMBgGA1UECgwRRXhh
bXBsZSBDb21tdW5pdHkxFTATBgNVBAMMDFN1cHBvcnQgVGVhbTAgFw0yNjExMjIy
MjEyMjdaGA8yMTI2MTAyOTIyMTIyN1owMzEaMBgGA1UECgwRRXhhbXBsZSBDb21t
dW5pdHkxFTATBgNVBAMMDFN1cHBvcnQgVGVhbTCCASIwDQYJKoZIhvcNAQEBBQAD
ggEPADCCAQoCggEBALBbE+3iXKOHmVfIp6yuRKGY1TyOJmWNoyKP/rug1VRdXYBQ
aZ69g2LNJ3lpsGYUir5+XLFUfXTs/MqHbMZjXL4a+4r9f6PUE17sFh87IdL2qklD
YEwlzw0aRQSrAVhLNQtpi+9kyWERQiCGY25PcDDd+aKZQp5U9YMWdcLT1oCTwsiY
AOi8RLZCpXMd5mrTuYYHvsmplQeogUp6NpzoMQIwODOZciUcTnBX2xhmW+RVb+06
gplNzFrwk+Kwds9KCXnx7fTUdTiL+VHb0rpjQkTef3xLKTUeE0ZPQObyHxei+1HF
0WFzIztD1GY3YQh05b+9u7atU9VvN0vcnYQ10SECAwEAAaNTMFEwHQYDVR0OBBYE
FFdB5YJGN1m6D7QpXw/o153nMCU4MB8GA1UdIwQYMBaAFFdB5YJGN1m6D7QpXw/o
153nMCU4MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAB9zjbRl
/FGwDOYeKc9R6fww/BYerB+xXcYZvtk85W2limOJ0GpbGlDWnVt/AFS9uLGtZaxR
p0oUwZc9B1Wh4NeePDDyUFPrZq/hPJXs3QPZxSGnGHxRyQVi0dfW45u4SyjVch4u
GmnrVhoXdTa/zCYQyJrC4r+0PdIKyVhbAQ7ZgSUimzPfjZxZcAH7xGwc4HEMZjlf
OD8RpZiq+pWMjyUTMRvByu/8G513uqn0oQXv0firFpp5RfN4wqkhTj1e27ujAdB4
ALk/X/Fc64CWAN76Tod3d5YhoT/uZjgwbZn55kf0Yg5i8oSyHTYNVx7LD3nBK0PH
ECpqwswi7WEihv4=
-----END CERTIFICATE-----
)";

// CN=Curve, serial number 0C, of an elliptic curve.
inline constexpr std::string_view curve_certificate = R"(-----BEGIN CERTIFICATE-----
MIIBnDCCAUKgAwIBAgIBDDAKBggqhkjOPQQDAjAsMRowGAYDVQQKDBFFeGFtcGxl
IENvbW11bml0eTEOMAwGA1UEAwwFQ3VydmUwIBcNMjYxMTIyMjIxMjI4WhgPMjEy
NjEwMjkyMjEyMjhaMCwxGjAYBgNVBAoMEUV4YW1wbGUgQ29tbXVuaXR5MQ4wDAYD
VQQDDAVDdXJ2ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBn5zVCKW5M/mzss
THlXHf1UYjIlUTm4b1MnxMoYkV/lAGFP+A+FiPq/Hu3Jzi5MrehGEvALzruY+haf
UMAHR1mjUzBRMB0GA1UdDgQWBBT53nVxVvkEdQNWK7ZqszLLpBtS9zAfBgNVHSME
GDAWgBT53nVxVvkEdQNWK7ZqszLLpBtS9zAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
SM49BAMCA0gAMEUCIEl+k8wlSyN2jEybA1O3kACDwFP0wU6u0TtOGZ0nSi84AiEA
2jDm0ew6LKa4HCCD9owpTYyLGIPGav9nhisWPDFQe18=
-----END CERTIFICATE-----
)";

// EnvelopedData to the curve's certificate, named by issuer and serial number.
inline constexpr std::string_view cms_agreed =
    "3082011b06092a864886f70d010703a082010c308201080201023181c4a181c1020103a051a14f300906072a8648ce3d"
    "0201034200046a94f577efcf4d8c7f477a86679978dc5d4295793d629d2357da357d687e0a79ebe4cfab779e1152e827"
    "a9119920eeffbe3868c4f338c6fb44dcdab9b581e65d301806092b81051086483f0002300b0609608648016503040105"
    "304f304d3031302c311a3018060355040a0c114578616d706c6520436f6d6d756e697479310e300c06035504030c0543"
    "7572766502010c04180702e0bebf631d3ff6d45f04c3ee145c407e0f348e601c96303c06092a864886f70d010701301d"
    "06096086480165030401020410428ab1af44a02ec57c16c4cfd87316d5801043f1889b3c3898598cc35b91ad5a924f";

// The same, named by its subject key id.
inline constexpr std::string_view cms_agreed_by_key_id =
    "3081fe06092a864886f70d010703a081f03081ed0201023181a9a181a6020103a051a14f300906072a8648ce3d020103"
    "420004f6b199afa6e2d2e90fb6881c2d219f92ecc85402ce8568289f169891968bf5f636f13c167659e603e7c2cf21fe"
    "69f5d7a819d7fba7493351e174ede06592a14a301806092b81051086483f0002300b0609608648016503040105303430"
    "32a0160414f9de757156f9047503562bb66ab332cba41b52f70418b8b249fa7f4e1cb440986a683248fcb25b4ab12ace"
    "94622b303c06092a864886f70d010701301d06096086480165030401020410eb3c5254ccaa87de221558ea503c18a980"
    "101d3952ffa95b2ecff6f1013149bf0008";

// EnvelopedData to a password.
inline constexpr std::string_view cms_password =
    "3081c606092a864886f70d010703a081b83081b50201033172a370020100a01b06092a864886f70d01050c300e040859"
    "3d5c033cc9ace102020800302c060b2a864886f70d0109100309301d0609608648016503040102041073eaa9590c89d7"
    "be96eadf56f2017c0a04206ee5841903aeda38213b9ceade917a046773e777594142ccc7fd78e297ecbb7f303c06092a"
    "864886f70d010701301d060960864801650304010204109082828a4da33c3dac9576d557dfa15b8010960e0cb48d7b3d"
    "a493fe080ba855e191";

// AuthEnvelopedData to the curve's certificate, in BER with end marks, as programs write it that do not know
// the length yet.
inline constexpr std::string_view cms_authenticated =
    "3080060b2a864886f70d0109100117a08030800201003181c4a181c1020103a051a14f300906072a8648ce3d02010342"
    "0004c96793c50aad7d19b6d3c8b6f2b5d220c9676b6e750c46ab7fb729b3ac5b67eb293b28f8ac9eca3915b5aa75f52a"
    "1e83c476b576952ec68fbc4609c963c3b0ee301806092b81051086483f0002300b0609608648016503040105304f304d"
    "3031302c311a3018060355040a0c114578616d706c6520436f6d6d756e697479310e300c06035504030c054375727665"
    "02010c0418ca782b42d8cd6ddd1983ca0fabace771daa5cb132c47d5b7308006092a864886f70d010701301e06096086"
    "480165030401063011040c8821cf620cf7c6c46d5f244b020110a08004039714380000000004109f11e1437cc4bf59ee"
    "eb9db2e5199aea000000000000";

// SignedData that only brings a certificate: the front of it.
inline constexpr std::string_view cms_certificates_head =
    "308201cb06092a864886f70d010702a08201bc308201b80201013100300b06092a864886f70d010701a08201a0308201"
    "9c30820142a003020102";

// To a password, with gpg -c.
inline constexpr std::string_view pgp_password = R"(-----BEGIN PGP MESSAGE-----

jA0ECQMCUbSWCwqVZsv/0jgB5LkkHzEqRV9gUWQ6h+uo95yqv/ALwygerNo5c8V9
uVt0vossOu7OE8U7xZqKWscBgU3GhgCVOg==
=8vPE
-----END PGP MESSAGE-----
)";

// To a key that is hidden, with gpg -R.
inline constexpr std::string_view pgp_hidden = R"(-----BEGIN PGP MESSAGE-----

hF4DAAAAAAAAAAASAQdAP20CMoVbJtXB4hI4mK9odajHBDgttXTsYs1FtPKbygAw
DZn59X0cqcusv8Za92swKEGJtWYudVFcWq/LmdHusgxuTq86Ex8RrFkut6gSaDiG
0jsB6AB71IMfVeo8T1HNcvdf77NNwt+QhiRsui++uaTFjKRDhlX8b81RMec/Tq7p
fXZow6DphxR1xRyGrg==
=90Vh
-----END PGP MESSAGE-----
)";

// Signed alone, compressed, with gpg --sign.
inline constexpr std::string_view pgp_compressed = R"(-----BEGIN PGP MESSAGE-----

owGbwMvMwCF2zyfs6zuB3O+MpzmTGLKZM+UzMrk6OlkYxDgYDMUUWbKN2aY0VG4s
s794cwJMKSsTSJ2wTHliTklqkUNqRWJuQU6qXnJ+LgMXpwBM1fWfjAybaxYqW8oz
Wr5Y/WiJkdCRM3rR54O2xnyelsiWwWbe+3Iew/+Cc7N9VkfZ9LL/TX705kh2CJtL
U+neQ8sXPxcv+PD7IzcnAA==
=SMDF
-----END PGP MESSAGE-----
)";

// Signed alone, with gpg --sign --compress-algo none.
inline constexpr std::string_view pgp_opaque = R"(-----BEGIN PGP MESSAGE-----

kA0DAAgW3kxW9e4QbfcBywliAGsDaR9oaQqIiQQAFggAMRYhBGszBpSAebF2P9HZ
kN5MVvXuEG33BQJrA2kfExx3YWx0ZXJAZXhhbXBsZS5jb20ACgkQ3kxW9e4QbffX
+QEAs3yhIzkfATnoq+KkMhLEzC5bz1K1XPOWYQZoBjeN6Z4A/3DOm0yrWjyNB/1j
4uzEa1QGRIJ1vcKno+cXcPD78QsJ
=gZsR
-----END PGP MESSAGE-----
)";

} // namespace columbarium::test
