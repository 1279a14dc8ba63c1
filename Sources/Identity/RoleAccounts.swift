// SPDX-License-Identifier: Apache-2.0

/// Mailboxes that belong to a function, not to a person: several people read them, so they identify no one.
enum RoleAccounts {
    /// True for a local part in lower case that names a function, alone or before a tag or a number (`sales+eu`,
    /// `info2`).
    static func contains(_ local: String) -> Bool {
        let base = Substring(local.utf8.prefix { $0 != UInt8(ascii: "+") })
        if names.contains(String(base)) { return true }
        guard let last = base.utf8.lastIndex(where: { !isTrailing($0) }) else { return false }
        let letters = base.utf8[...last]
        return letters.endIndex < base.utf8.endIndex && names.contains(String(Substring(letters)))
    }

    /// What may follow the name of a function: `info2`, `sales-1`.
    private static func isTrailing(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }

    /// RFC 2142's names, and those that companies use, in several languages.
    private static let names: Set<String> = [
        "abuse", "accounting", "accounts", "admin", "administration", "administrator", "admissions", "ads", "all",
        "announcements", "ap", "ar", "apps", "ask", "assistance", "assistenza", "atendimento", "ayuda", "billing",
        "board", "booking", "bookings", "buchhaltung", "business", "buzon", "career", "careers", "ceo-office",
        "clientes", "commercial", "commerciale", "compliance", "compras", "comptabilite", "contact", "contact-us",
        "contacto", "contactus", "contato", "contatti", "customer-service", "customercare", "customers",
        "customerservice", "customersupport", "data-protection", "datenschutz", "dev", "developers", "devops",
        "direction", "dns", "do-not-reply", "donotreply", "dpo", "editor", "einkauf", "email", "empleo", "emploi",
        "enquiries", "enquiry", "everyone", "facturacion", "facturation", "feedback", "finance", "frontdesk", "ftp",
        "general", "hallo", "hello", "help", "helpdesk", "hi", "hola", "hostmaster", "hr", "info", "infos",
        "informacion", "information", "inquiries", "inquiry", "investor-relations", "investors", "invoice",
        "invoices", "ir", "it", "itsupport", "jobs", "karriere", "kontakt", "kundenservice", "legal", "list", "mail",
        "mailbox", "mailer-daemon", "manager", "marketing", "media", "members", "membership", "news", "newsletter",
        "no-reply", "no_reply", "noc", "noreply", "office", "officemanager", "ops", "orders", "partner", "partners",
        "partnerships", "payments", "payroll", "people", "personal", "post", "postmaster", "poststelle", "pr",
        "presse", "press", "privacy", "purchasing", "reception", "recepcion", "recruiting", "recruitment",
        "registrar", "remove", "reservations", "returns", "rh", "root", "rrhh", "sales", "sav", "secretariat",
        "security", "service", "services", "shop", "soporte", "staff", "store", "studio", "suggestions", "support",
        "suporte", "supporto", "sysadmin", "team", "tech", "technik", "test", "training", "unsubscribe", "usenet",
        "uucp", "ventas", "vendas", "vendite", "verkauf", "vente", "ventes", "vertrieb", "web", "webmaster",
        "welcome", "www", "zentrale",
    ]
}
