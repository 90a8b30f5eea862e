metadata description = 'Identities of the app and, optionally, of the Django application.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Suffix of the resource names of this environment.')
@minLength(1)
param nameToken string

@description('Whether to create an identity for the Django application.')
param withDjango bool

resource appIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-cochin-${nameToken}'
  location: location
  tags: tags
}

resource djangoIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = if (withDjango) {
  name: 'id-cochin-django-${nameToken}'
  location: location
  tags: tags
}

@description('Resource id of the app\'s identity.')
output appIdentityId string = appIdentity.id

@description('Object id of the app\'s identity, for role assignments.')
output appPrincipalId string = appIdentity.properties.principalId

@description('Client id of the app\'s identity, for settings.')
output appClientId string = appIdentity.properties.clientId

@description('Object id of the Django application\'s identity; empty if there is none.')
output djangoPrincipalId string = djangoIdentity.?properties.principalId ?? ''

@description('Client id of the Django application\'s identity; empty if there is none.')
output djangoClientId string = djangoIdentity.?properties.clientId ?? ''
