# SPDX-License-Identifier: LGPL-2.1-or-later
# Where the hosts live, as their own dovecot-config says, and the two targets that carry their headers.
#   DOVECOT_MODULE_DIR   the modules' directory (sieve/ and doveadm/ below it)
#   DOVECOT_LIBEXEC_DIR  Dovecot's private programs (dovecot-lda, lmtp, managesieve ...)
#   dovecot_headers      include path of Dovecot and Pigeonhole, for adapters and dovecot-plugin/compat only
find_file(DOVECOT_CONFIG_SCRIPT dovecot-config PATHS /usr/lib/dovecot /usr/local/lib/dovecot NO_DEFAULT_PATH REQUIRED)

function(columbarium_dovecot_setting name result)
  file(STRINGS ${DOVECOT_CONFIG_SCRIPT} lines REGEX "^${name}=")
  list(GET lines 0 line)
  string(REGEX REPLACE "^${name}=" "" value "${line}")
  set(${result} "${value}" PARENT_SCOPE)
endfunction()

columbarium_dovecot_setting(dovecot_moduledir DOVECOT_MODULE_DIR)
columbarium_dovecot_setting(dovecot_pkglibexecdir DOVECOT_LIBEXEC_DIR)
columbarium_dovecot_setting(dovecot_pkgincludedir DOVECOT_INCLUDE_DIR)

add_library(dovecot_headers INTERFACE)
target_include_directories(dovecot_headers SYSTEM INTERFACE ${DOVECOT_INCLUDE_DIR} ${DOVECOT_INCLUDE_DIR}/sieve)
target_compile_definitions(dovecot_headers INTERFACE HAVE_CONFIG_H)
