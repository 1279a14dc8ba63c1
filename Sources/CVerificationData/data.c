// SPDX-License-Identifier: Apache-2.0
#include "CVerificationData.h"

#define WEIR_FILE(name) \
    weir_file weir_##name(void) { return (weir_file){name, sizeof name}; }

static const uint8_t disposable_domains[] = {
#embed "disposable-domains.txt"
};
WEIR_FILE(disposable_domains)

static const uint8_t free_mail_domains[] = {
#embed "free-mail-domains.txt"
};
WEIR_FILE(free_mail_domains)

static const uint8_t mail_hosts[] = {
#embed "mail-hosts.json"
};
WEIR_FILE(mail_hosts)

static const uint8_t nicknames[] = {
#embed "nicknames.txt"
};
WEIR_FILE(nicknames)

static const uint8_t smtp_replies[] = {
#embed "smtp-replies.json"
};
WEIR_FILE(smtp_replies)
