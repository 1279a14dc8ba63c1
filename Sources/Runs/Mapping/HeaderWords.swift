// SPDX-License-Identifier: Apache-2.0

internal import Identity

/// What columns are called, in a few languages and by the tools that write them.
enum HeaderWords {
    /// A field that a name stands for.
    struct Match: Hashable {
        var field: ProspectField
        /// True where the whole name is known, false where a part of it is.
        var isExact: Bool
        /// Of two columns with the same field, the lower is the better.
        var rank: Int
    }

    /// The field that a column's name stands for; nil where it says nothing of one.
    static func field(named header: String) -> Match? {
        let words = words(of: header)
        if let place = places[words.joined()] { return Match(field: place.field, isExact: true, rank: place.rank) }
        guard !says(words, of: others) else { return nil }
        let rest = words.filter { !noise.contains($0) && !$0.allSatisfy(\.isNumber) }
        guard rest.count < words.count, let place = places[rest.joined()] else { return nil }
        return Match(field: place.field, isExact: false, rank: place.rank)
    }

    /// True where a name is known to mean something that is not asked with, such as a phone number.
    static func isKnownOther(_ header: String) -> Bool { says(words(of: header), of: others) }

    /// The words of a name, folded.
    static func words(of header: String) -> [String] {
        NameFolding.folded(header.replacing("_", with: " ")).split(separator: " ").map(String.init)
    }

    private static func says(_ words: [String], of known: Set<String>) -> Bool {
        words.contains { known.contains($0) } || known.contains(words.joined())
    }

    private static let places: [String: (field: ProspectField, rank: Int)] = {
        var places: [String: (field: ProspectField, rank: Int)] = [:]
        for (field, names) in names {
            let synonyms = names.split(whereSeparator: \.isNewline).joined(separator: ",").split(separator: ",")
            for (rank, name) in synonyms.enumerated() {
                let key = words(of: String(name)).joined()
                if places[key] == nil { places[key] = (field, rank) }
            }
        }
        return places
    }()

    /// The names of each field, the likeliest first: English, then German, French, Spanish, Italian, Portuguese, Dutch,
    /// the Nordic languages, Polish, Czech, Turkish, Russian, Japanese, Chinese.
    private static let names: [(ProspectField, String)] = [
        (
            .firstName,
            """
            first name,first,given name,given names,forename,fname,name first,christian name,preferred name,nickname
            vorname,rufname,prenom,nombre,nombres,primer nombre,nome,primeiro nome,nome proprio,voornaam
            fornavn,fornamn,etunimi,imie,jmeno,krestni jmeno,ad,isim,adi,имя,名,名前,下の名前,名字
            """
        ),
        (
            .lastName,
            """
            last name,last,surname,family name,lname,name last,second name
            nachname,familienname,zuname,nom,nom de famille,apellido,apellidos,cognome,sobrenome,apelido
            achternaam,familienaam,etternavn,efternavn,efternamn,sukunimi,nazwisko,prijmeni,soyad,soyadi
            фамилия,姓,苗字,姓氏
            """
        ),
        (
            .name,
            """
            full name,name,contact name,person name,contact,person,lead name,lead,prospect name,prospect,display name
            employee name,member name,attendee name,attendee,speaker,fullname,your name,customer name,contact full name
            vollstandiger name,voller name,ansprechpartner,kontakt,kontaktperson,nom complet,nom et prenom,prenom nom
            nombre completo,nombre y apellidos,nome completo,nome e cognome,nominativo,volledige naam,naam
            fullt navn,navn,namn,koko nimi,imie i nazwisko,cele jmeno,ad soyad,adi soyadi,полное имя,фио,имя и фамилия
            氏名,お名前,姓名
            """
        ),
        (
            .company,
            """
            company name,company,organization,organisation,organization name,organisation name,account name,account
            employer,current company,business name,business,firm,institution,company legal name,current employer
            company name for emails,org,workplace
            firma,firmenname,unternehmen,unternehmensname,arbeitgeber,firmenbezeichnung,gesellschaft
            entreprise,societe,nom de l'entreprise,nom de la societe,raison sociale,employeur,organisme
            empresa,nombre de la empresa,compania,razon social,organizacion,azienda,societa,ragione sociale,ditta
            nome da empresa,organizacao,bedrijf,bedrijfsnaam,organisatie,selskap,foretag,virksomhed,yritys
            nazwa firmy,przedsiebiorstwo,spolecnost,nazev firmy,sirket,sirket adi,компания,организация
            会社名,会社,企業名,公司,公司名称
            """
        ),
        (
            .domain,
            """
            domain,company domain,company domain name,email domain,domain name,account domain,website domain
            company website,website,web site,company url,website url,company website url,homepage,home page,web page
            webpage,web,site,url,web address,company web site,corporate website,account website,root domain,www
            webseite,internetseite,internetadresse,firmenwebsite,site web,site internet,adresse web,domaine
            sitio web,pagina web,dominio,sito,sito web,site da empresa,dominio da empresa,webadres,bedrijfswebsite
            hjemmeside,nettside,hemsida,webbplats,verkkosivu,strona,strona www,strona internetowa,domena,webova stranka
            internet sitesi,alan adi,сайт,домен,ウェブサイト,ドメイン,网站,域名
            """
        ),
        (
            .linkedIn,
            """
            linkedin url,linkedin,linkedin profile,person linkedin url,linkedin profile url,profile url,linkedin link
            contact linkedin,li url,linked in,linkedin contact profile url,linkedin profil,profil linkedin
            perfil de linkedin,profilo linkedin,perfil do linkedin,person linkedin,personal linkedin
            public profile url,linkedin member url,contact linkedin profile url,profile link,li profile
            """
        ),
        (
            .email,
            """
            work email,business email,email,email address,e mail,e mail address,professional email,corporate email
            primary email,contact email,mail,work email address,email 1,e mail 1 value,primary work email
            mail address,personal email,private email,email id
            e mail adresse,mailadresse,adresse e mail,adresse mail,adresse electronique,courriel,mel
            correo,correo electronico,direccion de correo,posta elettronica,indirizzo email,indirizzo e mail
            endereco de email,e mailadres,e post,epost,e postadress,sahkoposti,adres email,adres e mail,e posta
            почта,электронная почта,эл почта,メール,メールアドレス,邮箱,电子邮件
            """
        ),
        (
            .title,
            """
            job title,title,position,role,job,job role,designation,current title,occupation,function,job position
            current position,contact title,headline,person title,lead title
            berufsbezeichnung,stellenbezeichnung,funktion,jobtitel,berufstitel,rolle,beruf
            poste,fonction,intitule du poste,titre,titre du poste,cargo,puesto,titulo,profesion,ruolo,qualifica
            posizione,funcao,functie,functietitel,stilling,tittel,titel,befattning,stanowisko,pozice,funkce,unvan
            должность,役職,職位,职位,职务
            """
        ),
        (
            .country,
            """
            country,country code,country region,person country,contact country,country name,mailing country,nation
            billing country,company country,hq country,headquarters country,iso country,country iso code
            land,landercode,staat,pays,code pays,pais,codigo de pais,paese,nazione,landcode,maa,kraj,zeme,stat,ulke
            страна,国,国名,国家
            """
        ),
    ]

    /// Words that stand beside a name and change nothing.
    private static let noise: Set<String> = [
        "contact", "contacts", "person", "people", "lead", "prospect", "customer", "client", "user", "member",
        "employee",
        "attendee", "primary", "main", "current", "the", "of", "field", "value", "text", "column", "s", "work",
        "business", "profile", "company", "account", "candidate", "cleaned", "clean", "normalized", "original", "input",
        "his", "her", "their", "your", "optional", "required", "iso", "code", "full", "link", "hs", "sf",
    ]

    /// Words of columns that say nothing to ask with, whatever stands beside them.
    private static let others: Set<String> = [
        "phone", "phones", "telephone", "tel", "telefon", "telefono", "telephone", "mobile", "mobil", "cell", "fax",
        "id",
        "ids", "uuid", "notes", "note", "comment", "comments", "owner", "status", "stage", "created", "updated",
        "modified", "date", "time", "industry", "industries", "employees", "headcount", "revenue", "city", "state",
        "province", "zip", "postal", "postcode", "street", "address1", "address2", "verified", "verification", "score",
        "confidence", "source", "tags", "tag", "lists", "list", "count", "number", "opt", "subscribed", "bounced",
        "type", "size", "seniority", "department", "departments", "gender", "birthday", "age", "language", "timezone",
        "facebook", "twitter", "instagram", "github", "crunchbase", "xing", "middle", "prefix", "suffix", "salutation",
        "companylinkedin", "companylinkedinurl", "linkedincompanyurl", "linkedincompany", "companylinkedinprofile",
        "accountlinkedin", "organizationlinkedinurl", "companyemail", "companyphone", "manager", "assistant", "reports",
        "keywords", "technologies", "funding", "description", "bio", "about", "summary", "founded", "logo", "photo",
        "image", "avatar", "picture", "salesnavigator", "navigator", "recruiter",
    ]
}
