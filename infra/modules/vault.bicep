metadata description = 'The vault with the one secret that there is: the address of the Discord webhook.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('The token that names of this environment end in.')
@minLength(1)
param nameToken string

@description('The address; empty leaves the secret as it is.')
@secure()
param webhookUrl string

@description('Object id of the app\'s identity.')
param appPrincipalId string

@description('Whether the vault is reached over a private endpoint only.')
param isPrivate bool

var secretName = 'discord-webhook-url'
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-cochin-${nameToken}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }
}

resource written 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(webhookUrl)) {
  parent: vault
  name: secretName
  properties: { value: webhookUrl, contentType: 'Discord webhook' }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' existing = {
  parent: vault
  name: secretName
}

// On the secret alone: another secret in the same vault is not the app's to read.
resource mayRead 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(secret.id, appPrincipalId, secretsUser)
  scope: secret
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
  dependsOn: [written]
}

@description('Resource id of the vault.')
output vaultId string = vault.id

@description('Address of the secret, without a version, so that a new value is taken up.')
output webhookSecretUri string = '${vault.properties.vaultUri}secrets/${secretName}'
