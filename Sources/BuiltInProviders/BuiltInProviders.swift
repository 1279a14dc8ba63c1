// SPDX-License-Identifier: Apache-2.0

internal import AccountStoreProvider
internal import ApolloProvider
internal import DropcontactProvider
public import Enrichment
internal import FindymailProvider
internal import HunterProvider
internal import PeopleDataLabsProvider
internal import ProspeoProvider
internal import WebsiteProvider
internal import ZeroBounceProvider

extension ProviderCatalog {
    /// The providers that Weir comes with.
    public static let builtIn = ProviderCatalog([
        .accountStore,
        .apollo,
        .dropcontact,
        .findymail,
        .hunter,
        .peopleDataLabs,
        .prospeo,
        .website,
        .zeroBounce,
    ])
}
