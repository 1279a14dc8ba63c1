// SPDX-License-Identifier: Apache-2.0

/// The rules about the mailbox itself, and what is left.
extension BounceRules {
    static let lasting: [BounceRule] = [
        BounceRule(
            reason: .suspended,
            phrases: [
                "is disabled", "been disabled", "mailbox disabled", "account disabled", "user disabled",
                "address disabled", "disabled recipient", "disabled account", "disabled mailbox", "disabled user",
                "disabled or", "is inactive", "inactive user", "inactive account", "inactive mailbox", "inactive email",
                "inactive e-mail", "account inactive", "mailbox inactive", "user inactive", "not active", "is suspended",
                "been suspended", "suspended", "suspension", "is frozen", "account is blocked",
                "account blocked", "mailbox is blocked", "mailbox blocked", "user is blocked", "recipient is blocked",
                "compte du destinataire est bloqu", "account is locked", "account locked", "mailbox locked",
                "mailbox is locked", "been locked", "been blocked for", "is locked", "deactivated", "deactivation",
                "de-activated", "not accepting messages", "not accepting mail", "temporarily unavailable mailbox",
                "account is not available", "account expired", "account has expired", "account is closed temporarily",
                "discontinued", "on hold", "gesperrt", "deaktiviert", "desactiv", "désactiv", "suspendu",
                "inactif", "sospes", "disattiv", "bloquead", "заблокирован", "отключен", "неактив", "停止",
                "禁用", "冻结", "凍結",
            ]),
        BounceRule(
            reason: .userUnknown,
            phrases: [
                "does not exist", "doesn't exist", "do not exist", "did not exist", "no longer exist", "not exist here",
                "doesn't have an account", "does not have an account", "no mailbox here", "no mailbox by that",
                "no mailbox found", "there is no mailbox", "no such mailbox", "no such account", "no such address",
                "no such recipient", "no such local", "no such email", "no such e-mail", "no such person", "no such alias",
                "no such object",
                "no account by", "no account with", "no account found", "there is no such", "there is no user",
                "there is no account", "no user by", "no user with", "no local mailbox", "mailbox not found",
                "mailbox unknown", "unknown mailbox", "unknown account", "unknown address", "unknown e-mail",
                "unknown email", "unknown alias", "unknown local", "unknown or illegal alias", "unknown or invalid",
                "account not found", "account unknown", "account was not found", "address not found", "address unknown",
                "address couldn't be found", "address wasn't found", "address could not be found", "address was not found",
                "addressee unknown", "recipient not found", "recipient was not found", "recipnotfound",
                "recipient could not be found", "recipient unknown", "recipient address unknown",
                "recipient name is not recognized", "recipient not recognized", "not a known user",
                "not a known recipient", "not known at", "not known here", "not known to",
                "not a valid recipient", "not a valid user", "not a valid mailbox", "not a valid address",
                "not a valid email", "isn't a valid mailbox", "isn't a valid user", "isn't a valid address", "is not a valid mailbox", "is not a valid user", "is not a valid recipient", "is not a valid address", "is not a valid email", "address is not valid", "recipient is not valid", "user is not valid", "mailbox is not valid", "no valid recipient", "not a local", "not local user",
                "not in our", "not in directory", "not in the directory", "not found in directory", "not listed in",
                "not listed", "no matches to nameserver", "not present in", "not found by", "could not be found",
                "couldn't be found", "wasn't found at", "was not found at", "unable to find user", "unable to find recipient", "unable to find mailbox", "unable to find the user", "couldn't find user", "cannot find user",
                "invalid recipient", "invalid mailbox", "invalid address", "invalid user", "invalid email address",
                "invalid e-mail address", "invalid account", "invalid local", "recipient invalid", "recipient is invalid", "address is invalid",
                "address invalid", "bad destination mailbox", "bad destination address", "bad address", "bad recipient",
                "bad mailbox", "incorrect address", "ambiguous recipient", "user not found", "user could not be found",
                "user is unknown", "user doesn't", "user does not", "nonexistent", "non-existent", "non existent",
                "non-existing", "unrouteable address", "unroutable address", "unknown local-part", "unknown local part",
                "unable to lookup the recipient", "undeliverable address", "address is undeliverable",
                "mailbox is invalid", "no longer valid", "no longer works", "no longer at",
                "no longer with", "no longer employed", "no longer on", "no longer here", "is no longer available",
                "no longer accept", "no longer in use", "no longer active", "address no longer", "has been deleted",
                "was deleted", "been removed", "has left", "account is closed", "mailbox is closed", "mailbox has been closed", "account closed", "account has been closed",
                "account deleted", "mailbox deleted", "user deleted", "not our local",
                "dosn't exist", "dont exist", "doesnt exist", "does'nt exist", "all recipients are invalid", "no valid recipients",
                
            ]),
        BounceRule(
            reason: .userUnknown,
            phrases: [
                "utilisateur inconnu", "destinataire inconnu", "destinataire invalide", "adresse inconnue",
                "n'existe pas", "n'existe plus", "boîte inconnue", "compte inconnu", "adresse invalide",
                "benutzer unbekannt", "empfänger unbekannt", "unbekannter benutzer", "unbekannter empfänger",
                "adresse unbekannt", "unbekannte adresse", "existiert nicht", "nicht gefunden", "nicht bekannt",
                "usuario desconocido", "destinatario desconocido", "usuario no existe", "no existe", "no se encontró",
                "no se ha encontrado", "dirección no válida", "utente sconosciuto", "destinatario sconosciuto",
                "non esiste", "inesistente", "indirizzo non valido", "usuário desconhecido", "destinatário desconhecido",
                "não existe", "nao existe", "inexistente", "não encontrado", "onbekende gebruiker", "bestaat niet",
                "gebruiker onbekend", "nie istnieje", "nieznany użytkownik", "nie znaleziono", "neexistuje",
                "finns inte", "findes ikke", "finnes ikke", "ei ole olemassa", "nem létezik", "nu există",
                "пользователь не найден", "не существует", "не найден", "неизвестный пользователь", "нет такого",
                "такого пользователя нет", "не існує", "bulunamadı", "mevcut değil", "見つかりません", "存在しません", "存在しない",
                "宛先不明", "用户不存在", "不存在", "找不到", "查無", "존재하지 않", "찾을 수 없",
            ]),
        BounceRule(
            reason: .userUnknown, condition: .atMailbox,
            phrases: [
                "user unknown", "unknown user", "no such user", "user not exist", "unknown recipient",
                "mailbox unavailable", "mailbox not available", "recipient rejected", "recipient address rejected",
                "address rejected", "user not known", "user invalid", "unknown-user", "no user",
                "recipient refused", "rejected recipient",
            ]),
    ]

    static let rest: [BounceRule] = [
        BounceRule(
            reason: .policy,
            phrases: [
                "policy", "policies", "protocol violation", "access denied", "not allowed", "not permitted", "not authorized",
                "not authorised", "prohibited", "permission", "administrative", "administratively", "refused by",
                "rejected by", "not accept", "relay", "whitelist", "allow list", "security",
            ]),
        BounceRule(
            reason: .expired,
            phrases: [
                "too long", "expired", "retry timeout", "retry time", "retry limit", "giving up", "gave up",
                "could not be delivered for", "could not deliver for", "not delivered within", "after several attempts",
                "failed 20 attempts", "attempts", "multiple retries", "delivery time", "was aborted after", "deferred",
                "not responding", "did not respond", "try again later", "time limit", "timed out", "timeout",
                "has been in the queue", "undelivered after", "délai", "abgelaufen", "zeitüberschreitung",
            ]),
        BounceRule(
            reason: .network,
            phrases: [
                "connection refused", "connection reset", "connection lost", "lost connection", "connection dropped",
                "connection closed", "connection failed", "no route to host", "network", "unreachable", "name service error",
                "name server", "establish an smtp connection", "could not connect", "unable to connect", "can't connect",
                "cannot connect", "couldn't connect", "socket error", "did not accept our requests to connect", "tls",
                "routing", "gateway", "error transferring",
            ]),
        BounceRule(
            reason: .system,
            phrases: [
                "system error", "system config", "config error", "configuration error", "operating system",
                "internal error", "local error", "server error", "ldap", "database", "disk space", "insufficient system",
                "out of memory", "could not load", "command failed", "command died", "exited with", "transaction failed",
                "service unavailable", "temporary failure", "temporarily unavailable", "local configuration",
                "remote protocol error", "mailer error", "duplicated message-id", "bad file", "i/o error",
            ]),
    ]
}
