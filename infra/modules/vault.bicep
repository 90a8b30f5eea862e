metadata description = 'A key vault with the only secret: the Discord webhook URL.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Suffix of the resource names of this environment.')
@minLength(1)
param nameToken string

@description('Discord webhook URL. If empty, the stored secret does not change.')
@secure()
param webhookUrl string

@description('Object id of the app\'s identity.')
param appPrincipalId string

@description('Whether the key vault is accessible over a private endpoint only.')
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

// Assigned on the secret only, so that the app can't read other secrets in the vault.
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

@description('Resource id of the key vault.')
output vaultId string = vault.id

@description('URL of the secret without a version, so that new values are used.')
output webhookSecretUri string = '${vault.properties.vaultUri}secrets/${secretName}'
