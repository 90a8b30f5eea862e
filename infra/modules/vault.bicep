metadata description = 'The key vault with the secrets: the URL of the Discord webhook, and the key that decrypts backups.'

@description('Region.')
param location string

@description('Tags of every resource.')
param tags object

@description('Suffix of the resource names of this environment.')
@minLength(1)
param nameToken string

@description('Whether the app reads the URL of the Discord webhook.')
param withWebhook bool

@description('URL of the webhook. If empty, the stored secret does not change.')
@secure()
param webhookUrl string

@description('Whether the app reads the SECRET_KEY of the Django application.')
param withDjangoKey bool

@description('SECRET_KEY of the Django application. If empty, the stored secret does not change.')
@secure()
param djangoSecretKey string

@description('Object id of the app\'s identity.')
param appPrincipalId string

@description('Whether the key vault is accessible over a private endpoint only.')
param isPrivate bool

var webhookName = 'discord-webhook-url'
var djangoKeyName = 'django-secret-key'
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

resource writtenWebhook 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(webhookUrl)) {
  parent: vault
  name: webhookName
  properties: { value: webhookUrl, contentType: 'Discord webhook' }
}

resource webhook 'Microsoft.KeyVault/vaults/secrets@2023-07-01' existing = {
  parent: vault
  name: webhookName
}

resource writtenDjangoKey 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(djangoSecretKey)) {
  parent: vault
  name: djangoKeyName
  properties: { value: djangoSecretKey, contentType: 'Django SECRET_KEY' }
}

resource djangoKey 'Microsoft.KeyVault/vaults/secrets@2023-07-01' existing = {
  parent: vault
  name: djangoKeyName
}

// The role is assigned on each secret, so that the app can't read other secrets in the vault.
resource mayReadWebhook 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (withWebhook) {
  name: guid(webhook.id, appPrincipalId, secretsUser)
  scope: webhook
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
  dependsOn: [writtenWebhook]
}

resource mayReadDjangoKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (withDjangoKey) {
  name: guid(djangoKey.id, appPrincipalId, secretsUser)
  scope: djangoKey
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
  dependsOn: [writtenDjangoKey]
}

@description('Resource id of the key vault.')
output vaultId string = vault.id

@description('URL of the webhook secret, without a version, so that the app gets new values.')
output webhookSecretUri string = '${vault.properties.vaultUri}secrets/${webhookName}'

@description('URL of the key secret, without a version.')
output djangoKeySecretUri string = '${vault.properties.vaultUri}secrets/${djangoKeyName}'
