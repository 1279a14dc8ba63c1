// SPDX-License-Identifier: Apache-2.0

internal import AccountStoreProvider
internal import ApolloProvider
internal import BouncerProvider
internal import DropcontactProvider
public import Enrichment
internal import FindymailProvider
internal import HunterProvider
internal import KickboxProvider
internal import MillionVerifierProvider
internal import NeverBounceProvider
internal import PeopleDataLabsProvider
internal import ProspeoProvider
internal import WebsiteProvider
internal import ZeroBounceProvider

extension ProviderCatalog {
    /// The providers that Weir comes with.
    public static let builtIn = ProviderCatalog([
        .accountStore,
        .apollo,
        .bouncer,
        .dropcontact,
        .findymail,
        .hunter,
        .kickbox,
        .millionVerifier,
        .neverBounce,
        .peopleDataLabs,
        .prospeo,
        .website,
        .zeroBounce,
    ])
}
