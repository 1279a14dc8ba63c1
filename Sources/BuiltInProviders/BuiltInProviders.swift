// SPDX-License-Identifier: Apache-2.0

internal import AccountStoreProvider
internal import ApolloProvider
internal import BouncerProvider
internal import DeBounceProvider
internal import DropcontactProvider
internal import EmailableProvider
public import Enrichment
internal import FindymailProvider
internal import HunterProvider
internal import KickboxProvider
internal import MailgunProvider
internal import MillionVerifierProvider
internal import NeverBounceProvider
internal import PeopleDataLabsProvider
internal import ProspeoProvider
internal import ReacherProvider
internal import WebsiteProvider
internal import ZeroBounceProvider

extension ProviderCatalog {
    /// The providers that Weir comes with.
    public static let builtIn = ProviderCatalog([
        .accountStore,
        .apollo,
        .bouncer,
        .deBounce,
        .dropcontact,
        .emailable,
        .findymail,
        .hunter,
        .kickbox,
        .mailgun,
        .millionVerifier,
        .neverBounce,
        .peopleDataLabs,
        .prospeo,
        .reacher,
        .website,
        .zeroBounce,
    ])
}
